/** The field for an instant. Its calendar is loaded with the first form that asks for one. */
import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { InstantGiven } from './Instant';

const Instant = lazy(() => import('./Instant'));

export function TimeField(given: InstantGiven) {
  return (
    <Suspense fallback={<Skeleton h={60} />}>
      <Instant {...given} />
    </Suspense>
  );
}
