/** The last questions that were asked in this browser. */
import { useEffect } from 'react';
import type { Explained } from './question';

export interface Asked {
  subject: string;
  permission: string;
  resource: string;
  who: string;
  what: string;
}

const MOST = 6;
const key = (org: string) => `ambit-asked-${org}`;

const isAsked = (given: unknown): given is Asked =>
  typeof given === 'object' &&
  given !== null &&
  ['subject', 'permission', 'resource', 'who', 'what'].every(
    (name) => name in given && typeof given[name as keyof typeof given] === 'string',
  );

export function asked(org: string): Asked[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(org)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isAsked) : [];
  } catch {
    return [];
  }
}

/** The newest first, each once. */
export function withNew(before: Asked[], one: Asked): Asked[] {
  const same = (other: Asked) =>
    other.subject === one.subject && other.permission === one.permission && other.resource === one.resource;
  return [one, ...before.filter((other) => !same(other))].slice(0, MOST);
}

export function useKept(org: string, answer: Explained | undefined): void {
  useEffect(() => {
    if (!answer) return;
    const { subject, permission, resource, subject_title: who, permission_title: what } = answer;
    const next = withNew(asked(org), { subject, permission, resource, who, what });
    localStorage.setItem(key(org), JSON.stringify(next));
  }, [org, answer]);
}
