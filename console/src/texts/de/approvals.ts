import type { Translated } from '..';
import type { approvals as en } from '../en/approvals';

export const approvals: Translated<typeof en> = {
  lead: 'Was jemand allein nicht darf, wartet hier auf ein Ja oder Nein.',
  which: 'Welche Anfragen',
  open: 'Wartend',
  decided: 'Entschieden',
  at: 'an',
  by: 'durch',
  expires: 'endet',
  expired: 'endete',
  approve: 'Freigeben',
  deny: 'Ablehnen',
  cancel: 'Zurückziehen',
  more: 'Mehr zeigen',
  notMine: 'Das entscheiden nicht Sie: {{why}}',
  acting: 'niemand entscheidet, während er als jemand anderes handelt.',
  states: {
    pending: 'Wartet',
    approved: 'Freigegeben',
    denied: 'Abgelehnt',
    used: 'Verwendet',
    cancelled: 'Zurückgezogen',
    expired: 'Nicht beantwortet',
  },
  did: {
    approve: 'Freigegeben: {{title}}',
    deny: 'Abgelehnt: {{title}}',
    cancel: 'Zurückgezogen: {{title}}',
  },
  empty: {
    title: 'Nichts wartet auf eine Antwort',
    text: 'Wenn jemand eine Freigabe braucht, etwa für eine Bestellung über seinem Budget, erscheint die Anfrage hier.',
  },
  none: {
    title: 'Noch ist nichts entschieden',
    text: 'Freigegebene, abgelehnte, zurückgezogene und nicht beantwortete Anfragen bleiben hier stehen.',
  },
};
