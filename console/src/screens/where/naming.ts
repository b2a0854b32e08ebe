/** What nodes and their types are called. */
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { type ProductWhole, type ResourceRef, split } from '~/api/types';

/** What a node is called by whoever registered it. */
export function givenName(properties: Record<string, unknown> | undefined): string | undefined {
  return [properties?.title, properties?.name].find(
    (value): value is string => typeof value === 'string' && value !== '',
  );
}

/** Names nodes: products by their titles, others as they were called, or by their ids. */
export function useNaming(): (id: ResourceRef, properties?: Record<string, unknown>) => string {
  const { data } = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  return (ref, properties) => {
    const [kind, id] = split(ref);
    const product = kind === 'product' ? data?.items.find((one) => one.id === id)?.title : undefined;
    return product ?? givenName(properties) ?? id;
  };
}

const BUILT_IN = ['organization', 'product', 'instance', 'project'] as const;
type BuiltIn = (typeof BUILT_IN)[number];
export const isBuiltIn = (kind: string): kind is BuiltIn => BUILT_IN.some((one) => one === kind);

/** Names types of nodes: the four that every organization has, and those of a product. */
export function useTypeNaming(product: ProductWhole | undefined): (kind: string) => string {
  const { t } = useTranslation('where');
  return (kind) => {
    if (isBuiltIn(kind)) return t(`types.${kind}`);
    const declared = product?.resource_types.find((one) => one.id === kind)?.title;
    return declared ?? kind.slice(kind.indexOf('/') + 1);
  };
}

/** What may stand under a node of this type. */
export function typesBelow(kind: string, product: ProductWhole | undefined): string[] {
  if (kind === 'product') return ['instance'];
  if (!product) return [];
  const declared = product.resource_types.filter((one) => one.parents.includes(kind)).map((one) => one.id);
  const projects =
    kind === 'instance' &&
    (product.resource_types.some((one) => one.parents.includes('project')) ||
      product.permissions.some((one) => one.on.includes('project')));
  return projects && !declared.includes('project') ? ['project', ...declared] : declared;
}

/** What a node of this type may stand under. */
export function typesAbove(kind: string, product: ProductWhole | undefined): string[] {
  if (kind === 'instance') return ['product'];
  const declared = product?.resource_types.find((one) => one.id === kind)?.parents;
  return declared ?? (kind === 'project' ? ['instance'] : []);
}
