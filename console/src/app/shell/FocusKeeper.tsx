/**
 * When a dialog goes away together with the part that opened it, nothing gives the focus back by itself, and the keyboard would
 * begin at the top of the page. This gives it back to what had it before.
 */
import { useEffect } from 'react';

export function FocusKeeper() {
  useEffect(() => {
    let before: HTMLElement | null = null;
    let within = false;
    const moved = (event: FocusEvent) => {
      const at = event.target;
      if (!(at instanceof HTMLElement)) return;
      within = at.closest('[role="dialog"]') !== null;
      if (!within) before = at;
    };
    const looking = new MutationObserver(() => {
      if (!within || document.activeElement !== document.body) return;
      within = false;
      if (before?.isConnected) before.focus({ preventScroll: true });
    });
    document.addEventListener('focusin', moved);
    looking.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', moved);
      looking.disconnect();
    };
  }, []);
  return null;
}
