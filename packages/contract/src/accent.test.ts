import { expect, test } from 'vitest';
import { accentColors, contrast, rgbOf } from './accent.ts';

const levels = ['00', '33', '66', '99', 'cc', 'ff'];
const colors = levels.flatMap((r) => levels.flatMap((g) => levels.map((b) => `#${r}${g}${b}`)));
const apart = (a: string, b: string) => contrast(rgbOf(a), rgbOf(b));

test('whatever the colour of a brand, text stays readable in both themes', () => {
  for (const color of colors) {
    const { light, dark } = accentColors(color);
    for (const { accent, hover, text, soft } of [light, dark]) {
      expect(apart(accent, '#ffffff'), `white on ${accent} of ${color}`).toBeGreaterThanOrEqual(
        4.5,
      );
      expect(apart(hover, '#ffffff'), `white on ${hover} of ${color}`).toBeGreaterThanOrEqual(4.5);
      expect(apart(text, soft), `${text} on ${soft} of ${color}`).toBeGreaterThanOrEqual(4.5);
    }
    for (const surface of ['#ffffff', '#f9fafb', '#f1f2f4']) {
      expect(apart(light.text, surface), `${light.text} of ${color}`).toBeGreaterThanOrEqual(4.5);
    }
    for (const surface of ['#0b0d10', '#101215', '#17191d', '#1f2227']) {
      expect(apart(dark.text, surface), `${dark.text} of ${color}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test('a colour that is readable as it is stays as it is', () => {
  expect(accentColors('#1d4ed8').light.accent).toBe('#1d4ed8');
  expect(apart('#000000', '#ffffff')).toBe(21);
});
