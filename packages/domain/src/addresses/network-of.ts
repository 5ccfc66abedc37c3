import { isIPv6 } from 'node:net';

/** `192.0.2.7` and its neighbours are one network, and so is what one IPv6 customer is given. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip.split('.').slice(0, 3).join('.');
  const [head = '', tail] = ip.split('::');
  const front = head.split(':').filter((group) => group !== '');
  const missing = 8 - front.length - (tail ?? '').split(':').filter((group) => group !== '').length;
  const groups = tail === undefined ? front : [...front, ...Array(Math.max(0, missing)).fill('0')];
  return groups.slice(0, 3).join(':');
}
