/** What a browser says of itself, in the words that its owner would use. */
const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

const named = (agent: string, names: [RegExp, string][]) => names.find(([sign]) => sign.test(agent))?.[1];

/** `Firefox, Windows`; what it says itself, cut short, if we do not know it. */
export function device(agent: string | null | undefined): string | undefined {
  if (!agent) return undefined;
  const known = [named(agent, BROWSERS), named(agent, SYSTEMS)].filter(Boolean);
  return known.length > 0 ? known.join(', ') : agent.slice(0, 60);
}
