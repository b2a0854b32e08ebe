export const help = {
  groups: {
    basics: 'To begin with',
    people: 'People and keys',
    roles: 'Roles',
    questions: 'Questions',
    care: 'Changing and keeping watch',
  },
  search: 'Search the help',
  found_one: '{{count}} page speaks of it',
  found_other: '{{count}} pages speak of it',
  nothing: 'No page speaks of “{{sought}}”',
  nothingText: 'Try another word, or only a part of it.',
  unknown: 'There is no help page of this name',
  pages: 'Help pages',
  before: 'Before',
  next: 'Next',
};
