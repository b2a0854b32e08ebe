import type { Translated } from '..';
import type { problems as en } from '../en/problems';

export const problems: Translated<typeof en> = {
  unreachable: {
    title: 'Der Server antwortet nicht',
    detail: 'Prüfen Sie die Verbindung. Ihre Eingaben sind noch da.',
  },
  unauthenticated: {
    title: 'Sie sind nicht mehr angemeldet',
    detail: 'Melden Sie sich wieder an; dann kommen Sie hierher zurück.',
  },
  sign_in_failed: {
    title: 'Das hat nicht geklappt',
    detail: 'Der Name oder das Passwort ist falsch, oder das Konto darf sich nicht anmelden.',
  },
  organization_needed: {
    title: 'Welche Organisation?',
    detail: 'Dieser Server hat mehrere. Geben Sie auch den Namen der Ihren ein.',
  },
  other: { title: 'Das hat nicht geklappt' },
};
