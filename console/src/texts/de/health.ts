import type { Translated } from '..';
import type { health as en } from '../en/health';

export const health: Translated<typeof en> = {
  title: 'Zustand des Zugangs',
  lead: 'Was einen Blick lohnt, bevor es ein Problem wird. Jede Zeile führt dorthin, wo man es behebt.',
  looking: '{{title}}: wird nachgesehen…',
  statuses: { active: 'aktiv', invited: 'eingeladen', suspended: 'gesperrt' },
  seats: {
    title: 'Plätze, die knapp werden',
    advice:
      'Nehmen Sie jemandem, der sie nicht braucht, eine Rolle des Kontingents, oder lassen Sie die Grenze von denen anheben, die den Server betreiben.',
    good: 'Es sind genug Plätze frei.',
    gauge: '{{title}}: {{taken}} von {{limit}} Plätzen sind belegt',
    used: 'belegt',
    invited: 'für Eingeladene vorgemerkt',
    free: 'frei',
    full: 'Voll',
    nearly: 'Fast voll',
  },
  expiring: {
    title: 'Endet bald',
    advice:
      'Verlängern Sie auf der Seite der Person, was noch gebraucht wird, bevor jemand vor einer geschlossenen Tür steht.',
    good: 'In den nächsten 90 Tagen endet nichts.',
    within: 'in {{days}} Tagen',
    chart: 'Endende Zuweisungen nach Woche',
    week: 'Woche ab',
    count: 'Zuweisungen',
  },
  without: {
    title: 'Personen ohne Rollen',
    advice: 'Sie können sich anmelden und nichts tun. Geben Sie ihnen eine Rolle, oder deaktivieren Sie sie.',
    good: 'Alle haben mindestens eine Rolle.',
    all: 'Alle unter Personen zeigen',
  },
  dormant: {
    title: 'Rollen, die gerade nichts geben',
    advice:
      'Sie können von selbst aufwachen, wenn der Grund wegfällt. Nehmen Sie weg, was nicht mehr gewollt ist.',
    good: 'Jede Rolle, die jemand hat, ist in Kraft.',
    reasons: 'Ruhende Zuweisungen nach Grund',
  },
  separation: {
    title: 'Nie zusammen',
    advice:
      'Diese Personen haben mehr Rollen einer Menge, als eine haben sollte. Entscheiden Sie gemeinsam, welche geht.',
    good_one: 'Niemand hat, was getrennt gehört. Eine Regel wurde geprüft.',
    good_other: 'Niemand hat, was getrennt gehört. {{count}} Regeln wurden geprüft.',
    none: 'Kein Produkt hier nennt Rollen, die getrennt gehören; also hat auch niemand welche zusammen.',
  },
  tidy: {
    title: 'Rollen zum Aufräumen',
    advice:
      'Weniger Rollen sind leichter zu verstehen. Vergleichen Sie, und entfernen Sie eigene, die niemand braucht.',
    good: 'Jede Rolle hat ihren Nutzen.',
    equal: 'Gleich',
    contained: 'Enthalten',
    unused: 'Unbenutzt',
    dead: 'Ohne Wirkung',
    words: {
      equal: 'gibt dasselbe wie',
      contained: 'gibt nichts, was nicht auch diese gibt:',
      unused: 'hat niemand',
      dead: 'kann nie etwas geben',
    },
    compare: 'Vergleichen',
  },
  keys: {
    title: 'API-Schlüssel, die einen Blick lohnen',
    advice:
      'Widerrufen Sie, was niemand benutzt, erneuern Sie, was endet, und geben Sie jedem geheimen Schlüssel ein Ende.',
    good: 'Alle Schlüssel werden benutzt und haben ein Ende.',
    noKeys: 'Es gibt keine API-Schlüssel.',
    kinds: 'Schlüssel, die gelten, nach Art',
    secret: 'Geheim',
    public: 'Öffentlich',
    ending: 'Endet bald',
    neverUsed: 'Nie benutzt',
    endless: 'Ohne Ende',
    all: 'Alle unter API-Schlüssel zeigen',
  },
  admins: {
    title: 'Verwaltende',
    advice:
      'Wer Rollen geben kann, nach der höchsten Rolle und ihrer Reichweite. Am besten ist die niedrigste Stufe am untersten Ort, die genügt.',
    lonely:
      'Nur eine Person verwaltet die ganze Organisation. Setzen Sie eine zweite ein, für Urlaub und Schlimmeres.',
    many: '{{count}} Personen verwalten die ganze Organisation. Für weniger lässt sich leichter einstehen.',
    none: 'Niemand, den Sie sehen dürfen, verwaltet etwas.',
    chart: 'Verwaltende nach Stufe und Reichweite',
    level: 'Stufe',
    ofProducts: 'Verwaltende in Produkten',
    reach: {
      organization: 'Ganze Organisation',
      product: 'Ein Produkt',
      instance: 'Eine Instanz',
      project: 'Ein Projekt',
      below: 'Ein Teil davon',
    },
    reaches_one: '{{places}} Orte, {{count}} mit Rollen',
    reaches_other: '{{places}} Orte, {{count}} mit Rollen',
  },
  advice: {
    title: 'Wovon abgeraten wird',
    advice: 'Es ist erlaubt, aber das Produkt empfiehlt es anders.',
    good: 'Kein Produkt rät zu etwas anderem.',
  },
};
