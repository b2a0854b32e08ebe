export const why = {
  title: 'why',
};
