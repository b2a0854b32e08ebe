/** Effective permissions: product by product, place by place. */
import type { components } from '~/api/schema';
import { splitRole } from '~/api/types';

export type UserPermission = components['schemas']['UserPermission'];

export interface AtPlace {
  place: string;
  permissions: UserPermission[];
}

export interface PermissionsOf {
  product: string;
  count: number;
  places: AtPlace[];
}

/** What fits the words, in groups. */
export function grouped(permissions: UserPermission[], sought: string): PermissionsOf[] {
  const words = sought.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const products = new Map<string, Map<string, UserPermission[]>>();
  for (const one of permissions) {
    const text = `${one.title} ${one.permission} ${one.at} ${one.path.roles.join(' ')}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const [product] = splitRole(one.permission);
    const places = products.get(product) ?? new Map<string, UserPermission[]>();
    places.set(one.at, [...(places.get(one.at) ?? []), one]);
    products.set(product, places);
  }
  return [...products].map(([product, places]) => ({
    product,
    count: [...places.values()].reduce((sum, all) => sum + all.length, 0),
    places: [...places].map(([place, all]) => ({
      place,
      permissions: all.sort((a, b) => a.title.localeCompare(b.title)),
    })),
  }));
}
