/**
 * Every write of the console goes this way: what it would do is shown before, with who gains and who loses; it is carried
 * out once; after it stands a line with Undo.
 *
 * `change` opens the preview. `changeNow` is for small, harmless writes: it carries out at once, and offers Undo all the
 * same. With a guess, the screen shows at once what it will most likely become; if the server refuses, it is set back to
 * what was there, and says why.
 */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useMemo,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import { organizationKey, refresh } from '~/api/read';
import type { Command, Done } from '~/api/types';
import { carryOut, undo } from '~/api/write';
import { useHere } from '~/app/here';
import { problemText } from '~/parts/problemText';

const ChangeDialog = lazy(() => import('./ChangeDialog'));

/** A write that is to be looked at before it happens. */
export interface Planned {
  /** What is about to happen, as a heading: "Suspend Bea". */
  title: string;
  /** A sentence more, where it helps. */
  explain?: string;
  commands: Command[];
  /** The word on the button. */
  confirm?: string;
  /** Takes something away for good, or from many: the button says so by its colour. */
  dangerous?: boolean;
  /** What has to be typed before it can be done. */
  typed?: string;
  /** After it was carried out. */
  onDone?: (done: Done) => void;
  /** When it was looked at and left alone: what was filled in can be shown again. */
  onCancel?: () => void;
}

/** An entry of the log that is to be set back. */
export interface PlannedUndo {
  revision: number;
  title: string;
}

/** Puts into what was read what it will most likely become. */
export type Guess = (queries: QueryClient) => void;

interface Changes {
  change: (planned: Planned) => void;
  changeNow: (said: string, commands: Command[], guess?: Guess) => Promise<Done | null>;
  askUndo: (planned: PlannedUndo) => void;
}

const ChangesContext = createContext<Changes | null>(null);

export function useChange(): Changes {
  const changes = useContext(ChangesContext);
  if (!changes) throw new Error('used outside of the signed-in part');
  return changes;
}

export function ChangeProvider({ children }: { children: ReactNode }) {
  const { org } = useHere();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Planned | PlannedUndo | null>(null);
  const tell = useTold(setOpen);
  const done = useCallback(
    (said: string, answer: Done) => {
      void refresh(queries, org);
      if (answer.applied) tell(said, answer.revision);
    },
    [queries, org, tell],
  );
  const changeNow = useCallback(
    async (said: string, commands: Command[], guess?: Guess) => {
      const setBack = guess ? await guessed(queries, org, guess) : undefined;
      try {
        const answer = await carryOut(org, commands, crypto.randomUUID());
        done(said, answer);
        return answer;
      } catch (error) {
        setBack?.();
        const { title, detail } = problemText(asProblem(error));
        notifications.show({ color: 'red', title, message: detail, autoClose: 15_000 });
        void refresh(queries, org);
        return null;
      }
    },
    [org, done, queries],
  );
  const changes = useMemo(() => ({ change: setOpen, changeNow, askUndo: setOpen }), [changeNow]);
  return (
    <ChangesContext.Provider value={changes}>
      {children}
      <Suspense>
        {open ? (
          <ChangeDialog
            planned={open}
            close={() => setOpen(null)}
            done={(answer) => done(open.title, answer)}
          />
        ) : null}
      </Suspense>
    </ChangesContext.Provider>
  );
}

/** Shows what is guessed, and gives what shows again what was there. */
async function guessed(queries: QueryClient, org: string, guess: Guess): Promise<() => void> {
  const queryKey = organizationKey(org);
  await queries.cancelQueries({ queryKey });
  const before = queries.getQueriesData({ queryKey });
  guess(queries);
  return () => {
    for (const [key, data] of before) queries.setQueryData(key, data);
  };
}

/** The line after a write, with Undo. */
function useTold(open: (planned: PlannedUndo) => void) {
  const { t } = useTranslation();
  const { org } = useHere();
  const queries = useQueryClient();
  return useCallback(
    (said: string, revision: number) => {
      const id = `done-${revision}`;
      const back = async () => {
        notifications.hide(id);
        try {
          await undo(org, revision, false);
          void refresh(queries, org);
          notifications.show({ message: t('changes.undone', { said }) });
        } catch {
          // What stands in the way is shown where it can be decided about.
          open({ revision, title: t('changes.undoTitle', { said }) });
        }
      };
      notifications.show({
        id,
        color: 'ambit',
        title: t('changes.done'),
        message: (
          <Group justify="space-between" wrap="nowrap">
            <span>{said}</span>
            <Button size="compact-sm" variant="light" onClick={() => void back()}>
              {t('changes.undo')}
            </Button>
          </Group>
        ),
        autoClose: 12_000,
      });
    },
    [org, queries, t, open],
  );
}
