/**
 * An amount as people write it, without cents where there are none.
 *
 * @param cents hundredths of the currency
 * @param currency its ISO 4217 code
 */
export function moneyText(cents: number, currency: string): string {
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(cents / 100);
}
