/**
 * The same text, of bytes, copied into memory of its own. A text that was put together is put together again by each who
 * writes it, and a part of a text keeps the whole of it in memory; so what stays for long is worth a copy.
 */
export function inOnePiece(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
