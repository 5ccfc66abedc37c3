/** How a number stands beside that of the period before. */
export interface Change {
  /** "+4 %", "×12", "−0.2 points", "new". */
  text: string;
  direction: 'up' | 'down' | 'same';
}

const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/**
 * @param unit `percent` of the number before, or the difference in `points` of numbers that are percentages themselves
 * @returns null where there is nothing to compare
 */
export function changeOf(
  value: number | null,
  previous: number | null,
  unit: 'percent' | 'points',
): Change | null {
  if (value === null || previous === null) return null;
  const difference = value - previous;
  if (unit === 'percent' && previous === 0) {
    return value === 0 ? null : { text: 'new', direction: 'up' };
  }
  if (unit === 'percent' && value >= previous * 10) {
    return { text: `×${whole.format(value / previous)}`, direction: 'up' };
  }
  const change = unit === 'percent' ? (difference / previous) * 100 : difference;
  const size = Math.abs(change);
  const amount = (unit === 'percent' && size >= 10 ? whole : oneDecimal).format(size);
  if (amount === '0') return { text: 'no change', direction: 'same' };
  const sign = change > 0 ? '+' : '−';
  return {
    text: unit === 'percent' ? `${sign}${amount} %` : `${sign}${amount} points`,
    direction: change > 0 ? 'up' : 'down',
  };
}
