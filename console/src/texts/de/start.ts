import type { Translated } from '..';
import type { start as en } from '../en/start';

export const start: Translated<typeof en> = {
  signIn: {
    title: 'Bei Ambit anmelden',
    lead: 'Mit dem Konto Ihrer Organisation.',
    org: 'Organisation',
    user: 'Benutzername oder E-Mail-Adresse',
    password: 'Passwort',
    enter: 'Anmelden',
    or: 'oder',
    with: 'Anmelden mit {{name}}',
    besideLead: 'Bei der anderen Organisation bleiben Sie auch angemeldet.',
    provider: 'Die Anmeldung Ihres Unternehmens meldet: {{error}}',
  },
  setup: {
    title: 'Werden Sie die erste Verwalterin oder der erste Verwalter',
    lead: 'Dieser Link gilt einmal. Wählen Sie ein Passwort, dann können Sie die Organisation einrichten.',
    button: 'Beginnen',
  },
  accept: {
    title: 'Sie sind eingeladen',
    lead: 'Wählen Sie ein Passwort, dann sind Sie dabei.',
    button: 'Beitreten',
  },
  reset: {
    title: 'Ein neues Passwort wählen',
    lead: 'Ihre Sitzungen auf anderen Geräten enden.',
    button: 'Speichern und anmelden',
  },
  token: {
    user: 'Benutzername',
    name: 'Ihr Name',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    again: 'Dasselbe Passwort noch einmal',
    rule: 'Mindestens {{count}} Zeichen. Gut sind ein paar Wörter hintereinander.',
    short: 'Bitte mindestens {{count}} Zeichen.',
    differ: 'Die beiden Passwörter sind verschieden.',
    missingTitle: 'Dieser Link ist nicht vollständig',
    missing:
      'Öffnen Sie den ganzen Link, so wie er Ihnen geschickt wurde. Ist er verloren, bitten Sie um einen neuen.',
  },
};
