/** What is asked, and the server's answer with the reasons and the ways out. */
import { useQuery } from '@tanstack/react-query';
import { client, must } from '~/api/client';
import { organizationKey } from '~/api/read';
import type { components } from '~/api/schema';
import { split } from '~/api/types';
import { useHere } from '~/app/here';
import type { WhySearch } from './routes';

type Schemas = components['schemas'];
export type Explained = Schemas['ExplainedAnswer'];
export type Explanation = Schemas['Explanation'];
export type Fix = Schemas['Fix'];
export type RefusedFix = Schemas['RefusedFix'];

export interface Question {
  subject: string;
  permission: string;
  resource: string;
  context?: Record<string, unknown> | undefined;
  time?: string | undefined;
}

/** Who, what and on what: as soon as the three are there, it can be asked. */
export function questionOf(search: WhySearch): Question | undefined {
  const { subject, permission, resource, context, time } = search;
  return subject && permission && resource ? { subject, permission, resource, context, time } : undefined;
}

/** A type and an id, as questions name things. */
export function entity(ref: string): { type: string; id: string; properties: null } {
  const [type, id] = split(ref);
  return { type, id, properties: null };
}

/** Whether ways out can be asked for: only of now. */
export const isNow = (question: Question, asOf: string | undefined): boolean => !asOf && !question.time;

export function useExplained(question: Question) {
  const { org, asOf } = useHere();
  const { subject, permission, resource, context, time } = question;
  return useQuery({
    queryKey: [...organizationKey(org), asOf ?? 'now', 'explain', question],
    queryFn: ({ signal }) =>
      must(
        client.POST('/v1/orgs/{org}/review/explain', {
          params: { path: { org }, query: asOf ? { as_of: asOf } : {} },
          body: {
            subject,
            permission,
            resource: entity(resource),
            context: context ?? null,
            time: time ?? null,
            fixes: isNow(question, asOf),
          },
          signal,
        }),
      ),
  });
}
