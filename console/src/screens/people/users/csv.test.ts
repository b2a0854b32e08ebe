import { expect, test } from 'vitest';
import { csvField, usersCsv } from './csv';

test('fields are quoted where they have to be', () => {
  expect(csvField('plain')).toBe('plain');
  expect(csvField('Moss, Edgar')).toBe('"Moss, Edgar"');
  expect(csvField('the "best"')).toBe('"the ""best"""');
});

test('nothing becomes a formula', () => {
  expect(csvField('=HYPERLINK("http://x")')).toBe(`"'=HYPERLINK(""http://x"")"`);
  expect(csvField('@sum')).toBe("'@sum");
});

test('a row for each', () => {
  const users = [
    { id: 'edgar', name: 'Edgar Moss', email: 'edgar@x.example', status: 'active' as const },
    { id: 'nobody', status: 'invited' as const },
  ];
  expect(usersCsv(users)).toBe(
    'id,name,email,status\r\nedgar,Edgar Moss,edgar@x.example,active\r\nnobody,,,invited\r\n',
  );
});
