/**
 * After going to another page: the keyboard begins at its heading, and a screen reader says its name. Without this, a page that
 * only changes its content leaves both where the link was that is no more.
 */
import { VisuallyHidden } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

/** So long it is waited for the heading of a page that is loaded. */
const PATIENCE_MS = 8000;

export function Announcer() {
  const path = useRouterState({
    select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname,
  });
  const last = useRef(path);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    return whenThere((heading) => {
      setSaid(heading.textContent ?? '');
      if (isFree()) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      }
    });
  }, [path]);
  return (
    <VisuallyHidden>
      <div id="page-said" role="status" aria-live="polite">
        {said}
      </div>
    </VisuallyHidden>
  );
}

/** Somebody who types already, or has a dialog open, is not interrupted. */
function isFree(): boolean {
  const at = document.activeElement;
  return !at?.closest('main input, main textarea, main [role="grid"], [role="dialog"]');
}

function whenThere(tell: (heading: HTMLElement) => void): () => void {
  const look = () => {
    const heading = document.querySelector<HTMLElement>('main h1');
    if (!heading) return false;
    tell(heading);
    return true;
  };
  if (look()) return () => undefined;
  const watching = new MutationObserver(() => {
    if (look()) watching.disconnect();
  });
  watching.observe(document.body, { childList: true, subtree: true });
  const patience = setTimeout(() => watching.disconnect(), PATIENCE_MS);
  return () => {
    clearTimeout(patience);
    watching.disconnect();
  };
}
