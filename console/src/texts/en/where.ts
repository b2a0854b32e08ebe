export const where = {
  title: 'where',
};
