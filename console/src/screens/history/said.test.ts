import { expect, test } from 'vitest';
import type { EntryShown } from '~/api/types';
import { isNote, said } from './said';

const change = (of: Record<string, unknown>) => of as EntryShown['changes'][number];

test('an assignment names who, what and where, and until when if it ends', () => {
  const held = { change: 'assignment_set', subject: 'user:a', role: 'p/r', scope: 'x:y' };
  expect(said(change(held))).toEqual({
    line: 'assignment_set',
    subject: 'user:a',
    role: 'p/r',
    scope: 'x:y',
    values: {},
  });
  expect(said(change({ ...held, expires: '2027-01-01T00:00:00Z' }))).toMatchObject({
    line: 'assignment_set_until',
    values: { until: '2027-01-01T00:00:00Z' },
  });
});

test('what is gone is marked, and what is not known has no sentence', () => {
  expect(said(change({ change: 'role_removed', id: 'p/r' }))?.gone).toBe(true);
  expect(said(change({ change: 'something_new' }))).toBeUndefined();
});

test('notes change nothing', () => {
  const note = change({ change: 'noted', note: 'signed_out', user: 'a', everywhere: true });
  expect(said(note)).toEqual({ line: 'signed_out_everywhere', subject: 'user:a', values: {} });
  const entry = { changes: [note] } as EntryShown;
  expect(isNote(entry)).toBe(true);
  expect(isNote({ ...entry, changes: [note, change({ change: 'user_removed', id: 'a' })] })).toBe(false);
});
