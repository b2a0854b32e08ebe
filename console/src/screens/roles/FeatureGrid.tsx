/**
 * Places by features: what everybody sees is there anyhow, a tick gives more. One row for all places, one for each. Arrows
 * move, Space gives or takes.
 */
import { Alert, Select, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import { type ProductWhole, type ResourceShown, split } from '~/api/types';
import { Busy } from '~/parts/Busy';
import { ProblemNote } from '~/parts/ProblemNote';
import { copyOf, type Draft, type Outcome } from './draft';
import { cellOf, type Feature, featuresOf, placeTypes, toggleCell } from './features';
import { GridCell } from './GridCell';
import type { Workshop } from './parts';
import { useReason } from './words';

interface Given {
  draft: Draft;
  product: ProductWhole;
  workshop: Workshop;
  outcome: Outcome;
  onChange: (draft: Draft) => void;
}

const ROW = 44;

export function FeatureGrid({ draft, product, workshop, outcome, onChange }: Given) {
  const { t } = useTranslation('roles');
  const reason = useReason();
  const types = placeTypes(product);
  const [type, setType] = useState(() => startType(draft, types) ?? types[0]?.id ?? '');
  const [each, setEach] = useState(false);
  const [sought, setSought] = useState('');
  const features = useMemo(
    () => featuresOf(product, type, workshop.everyone, each),
    [product, type, workshop.everyone, each],
  );
  const [settled] = useDebouncedValue(sought.trim(), 200);
  const list = usePlaces(type, settled, draft.instances);
  const within = list.items.filter((one) => one.product === product.id);
  const title = types.find((one) => one.id === type)?.title ?? type;
  if (list.error) return <ProblemNote error={list.error} />;
  if (list.isLoading) return <Busy />;
  return (
    <div>
      <div className="list-tools">
        {types.length > 1 ? (
          <Select
            aria-label={t('grid.type')}
            data={types.map((one) => ({ value: one.id, label: t('grid.by', { type: one.title }) }))}
            value={type}
            onChange={(value) => value && setType(value)}
            allowDeselect={false}
            w={230}
          />
        ) : null}
        <TextInput
          aria-label={t('grid.find', { type: title })}
          placeholder={t('grid.find', { type: title })}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          className="grow"
        />
        <Switch
          label={t('grid.each')}
          checked={each}
          onChange={(event) => setEach(event.currentTarget.checked)}
        />
      </div>
      {copyOf(draft.start) !== null || draft.start === 'all' ? (
        <Alert color="yellow" p="xs" mb="sm">
          {t('grid.fromStart')}
        </Alert>
      ) : null}
      <Grid
        title={title}
        features={features}
        places={within}
        cell={(feature, place) => cellOf(outcome, feature, place)}
        barred={(feature) => {
          const refusal = refusalFor(feature, workshop);
          return refusal ? reason(refusal) : null;
        }}
        views={workshop.everyone.size > 0}
        more={list.hasMore ? list.more : undefined}
        onToggle={(feature, place, on) => onChange(toggleCell(draft, feature, place?.id ?? null, on))}
      />
      <Text size="xs" className="soft" mt="xs">
        {t(workshop.everyone.size > 0 ? 'grid.legendViews' : 'grid.legend')}
      </Text>
    </div>
  );
}

/** How deep below an instance places are looked for. */
const DEEP = 8;

/** Those of the instance that the role is made for, where it is one. */
function usePlaces(type: string, sought: string, instances: string[]) {
  const only = instances.length === 1 ? { parent: instances[0], depth: DEEP } : {};
  return useList('/v1/orgs/{org}/resources', { query: { type, ...only, ...(sought ? { q: sought } : {}) } });
}

/** The type of the places to which the draft binds something already. */
function startType(draft: Draft, types: { id: string }[]): string | undefined {
  const bound = draft.grants.find((grant) => grant.within)?.within;
  return types.find((type) => bound && split(bound)[0] === type.id)?.id;
}

function refusalFor(feature: Feature, { rules }: Workshop) {
  const barred = feature.permissions.map((one) => rules.barred.get(one));
  return barred.find((refusal) => refusal !== undefined);
}

interface GridGiven {
  title: string;
  features: Feature[];
  places: ResourceShown[];
  cell: (feature: Feature, place: ResourceShown | null) => ReturnType<typeof cellOf>;
  barred: (feature: Feature) => string | null;
  views: boolean;
  more: (() => void) | undefined;
  onToggle: (feature: Feature, place: ResourceShown | null, on: boolean) => void;
}

function Grid({ title, features, places, cell, barred, views, more, onToggle }: GridGiven) {
  const { t } = useTranslation('roles');
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ row: 0, column: 0 });
  const rows: (ResourceShown | null)[] = [null, ...places];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  if (more && (shown.at(-1)?.index ?? 0) >= rows.length - 20) more();
  const go = (row: number, column: number) => {
    const to = {
      row: Math.max(0, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(features.length - 1, column)),
    };
    setAt(to);
    virtual.scrollToIndex(to.row);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-at="${to.row}:${to.column}"]`)?.focus(),
    );
  };
  const pressed = (event: KeyboardEvent, row: number, column: number) => {
    const moves: Record<string, [number, number]> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      Home: [row, 0],
      End: [row, features.length - 1],
      PageDown: [row + 10, column],
      PageUp: [row - 10, column],
    };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    go(...to);
  };
  const name = (place: ResourceShown | null) => (place ? split(place.id)[1] : t('grid.all'));
  return (
    <div
      className="feature-grid"
      ref={scroller}
      role="grid"
      aria-label={t('grid.label', { type: title })}
      aria-rowcount={rows.length + 1}
      aria-colcount={features.length + 1}
      style={{ '--features': features.length } as React.CSSProperties}
    >
      <div role="row" aria-rowindex={1} className="grid-head" tabIndex={-1}>
        <div role="columnheader" className="grid-corner" tabIndex={-1}>
          {title}
        </div>
        {features.map((feature) => (
          <div role="columnheader" key={feature.id} className="grid-feature" tabIndex={-1}>
            {feature.title}
            {feature.permissions.length > 1 ? (
              <span className="faint">{t('grid.acts', { count: feature.permissions.length })}</span>
            ) : null}
          </div>
        ))}
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
        {shown.map((item) => {
          const place = rows[item.index] ?? null;
          return (
            <div
              role="row"
              key={place?.id ?? 'all'}
              aria-rowindex={item.index + 2}
              className="grid-row"
              data-all={place === null || undefined}
              tabIndex={-1}
              style={{ transform: `translateY(${item.start}px)`, height: ROW }}
            >
              <div role="rowheader" className="grid-place" tabIndex={-1} title={place?.id}>
                {name(place)}
              </div>
              {features.map((feature, column) => (
                <GridCell
                  key={feature.id}
                  address={`${item.index}:${column}`}
                  label={`${feature.title}, ${name(place)}`}
                  cell={cell(feature, place)}
                  barred={barred(feature)}
                  views={views}
                  reachable={at.row === item.index && at.column === column}
                  onKeyDown={(event) => pressed(event, item.index, column)}
                  onFocus={() => setAt({ row: item.index, column })}
                  onToggle={(on) => onToggle(feature, place, on)}
                />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
