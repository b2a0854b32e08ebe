/** Every text that people read, by area. English is the measure: what German lacks does not compile. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
] as const;

type Language = (typeof LANGUAGES)[number]['id'];

const KEPT = 'ambit-language';

/** The same keys with texts of another language. */
export type Translated<T> = { [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
  }
}

const isLanguage = (id: string | null): id is Language => LANGUAGES.some((one) => one.id === id);

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  return navigator.languages.some((tag) => tag.startsWith('de')) && !navigator.language.startsWith('en')
    ? 'de'
    : 'en';
}

async function load(language: Language) {
  if (language === 'en' || i18next.hasResourceBundle(language, 'common')) return;
  const { de } = await import('./de');
  for (const [area, texts] of Object.entries(de)) i18next.addResourceBundle(language, area, texts);
}

export async function startTexts(): Promise<void> {
  const language = preferred();
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'common',
    resources: { en },
    interpolation: { escapeValue: false },
  });
  await changeLanguage(language);
}

export async function changeLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
}
