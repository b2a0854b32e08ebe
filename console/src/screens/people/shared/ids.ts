/** An id made of a name or an address: letters, digits and hyphens. */
export function idOf(text: string): string {
  const plain = (text.split('@')[0] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const isAddress = (text: string) => ADDRESS.test(text.trim());
