const whole = new Intl.NumberFormat('en');
const percent = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export function numberText(value: number): string {
  return whole.format(value);
}

/** @param value a share in percent, 0 to 100 and over */
export function percentText(value: number): string {
  return `${percent.format(value)} %`;
}
