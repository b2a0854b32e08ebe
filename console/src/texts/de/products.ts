import type { Translated } from '..';
import type { products as en } from '../en/products';

export const products: Translated<typeof en> = {
  title: 'products',
};
