import type { Translated } from '..';
import type { help as en } from '../en/help';

export const help: Translated<typeof en> = {
  groups: {
    basics: 'Für den Anfang',
    people: 'Personen und Schlüssel',
    roles: 'Rollen',
    questions: 'Fragen',
    care: 'Ändern und im Blick behalten',
  },
  search: 'Die Hilfe durchsuchen',
  found_one: '{{count}} Seite spricht davon',
  found_other: '{{count}} Seiten sprechen davon',
  nothing: 'Keine Seite spricht von „{{sought}}“',
  nothingText: 'Versuchen Sie ein anderes Wort oder nur einen Teil davon.',
  unknown: 'Es gibt keine Hilfeseite dieses Namens',
  pages: 'Hilfeseiten',
  before: 'Davor',
  next: 'Weiter',
};
