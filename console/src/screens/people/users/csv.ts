/** A list as a file for spreadsheets. */
import type { User } from '~/api/types';

const HEADER = ['id', 'name', 'email', 'status'];

/** Quoted where needed. What a spreadsheet would take for a formula is made plain text. */
export function csvField(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function usersCsv(users: User[]): string {
  const rows = users.map((user) => [user.id, user.name ?? '', user.email ?? '', user.status]);
  return `${[HEADER, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n')}\r\n`;
}

/** Hands a file to the browser. */
export function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
