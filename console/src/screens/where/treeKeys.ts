/** What a key does in the tree. The order of the nodes is the one in which they stand in the document. */
import type { ResourceRef } from '~/api/types';

export type Move =
  | { kind: 'go' | 'choose'; ref: ResourceRef }
  | { kind: 'fold'; ref: ResourceRef; open: boolean };

export const nodeId = (ref: ResourceRef) => `node-${ref}`;

export function keyMove(tree: HTMLElement, active: ResourceRef | null, key: string): Move | null {
  const items = [...tree.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.findIndex((item) => item.dataset.ref === active);
  const item = items[at];
  const go = (to: HTMLElement | null | undefined): Move | null =>
    to?.dataset.ref ? { kind: 'go', ref: to.dataset.ref } : null;
  if (!item) return go(items[0]);
  const ref = item.dataset.ref ?? '';
  const expanded = item.getAttribute('aria-expanded');
  switch (key) {
    case 'ArrowDown':
      return go(items[at + 1]);
    case 'ArrowUp':
      return go(items[at - 1]);
    case 'Home':
      return go(items[0]);
    case 'End':
      return go(items.at(-1));
    case 'ArrowRight':
      if (expanded === 'false') return { kind: 'fold', ref, open: true };
      return expanded === 'true'
        ? go(item.nextElementSibling?.querySelector<HTMLElement>('[role="treeitem"]'))
        : null;
    case 'ArrowLeft':
      if (expanded === 'true') return { kind: 'fold', ref, open: false };
      return go(above(item));
    case 'Enter':
    case ' ':
      return { kind: 'choose', ref };
    default:
      return key.length === 1 ? go(nextThatBegins(items, at, key)) : null;
  }
}

/** The next node, from here around, that begins with a letter. */
function nextThatBegins(items: HTMLElement[], at: number, letter: string): HTMLElement | undefined {
  const around = [...items.slice(at + 1), ...items.slice(0, at)];
  return around.find((item) => item.dataset.label?.toLowerCase().startsWith(letter.toLowerCase()));
}

/** The node whose group this one is in: the group stands right after it. */
function above(item: HTMLElement): HTMLElement | null {
  const group = item.closest('[role="group"]');
  const owner = group?.previousElementSibling;
  return owner instanceof HTMLElement ? owner : null;
}
