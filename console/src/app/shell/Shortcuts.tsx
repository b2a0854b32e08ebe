/** `g` and a letter go to a place; `?` shows them all; `/` finds. */
import { Kbd, Modal, Table } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';
import { openPalette } from './paletteStore';
import { placesFor } from './places';

/** The second key has to follow this soon. */
const SOON_MS = 1200;

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function Shortcuts() {
  const { t } = useTranslation();
  const { me } = useHere();
  const navigate = useNavigate();
  const [shown, setShown] = useState(false);
  const going = useRef(0);
  useEffect(() => {
    const places = placesFor(me);
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector('[role="dialog"]')) return;
      const place = Date.now() - going.current < SOON_MS && places.find((one) => one.key === event.key);
      going.current = event.key === 'g' ? Date.now() : 0;
      if (place) void navigate({ to: place.to });
      else if (event.key === '?') setShown(true);
      else if (event.key === '/') {
        event.preventDefault();
        openPalette();
      }
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [me, navigate]);
  return (
    <Modal opened={shown} onClose={() => setShown(false)} title={t('shortcuts.title')}>
      <Table>
        <Table.Tbody>
          <Row keys={['Ctrl', 'K']} text={t('shortcuts.find')} />
          <Row keys={['/']} text={t('shortcuts.find')} />
          <Row keys={['?']} text={t('shortcuts.show')} />
          {placesFor(me).map((place) => (
            <Row key={place.id} keys={['g', place.key]} text={t(`places.${place.id}`)} />
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

function Row({ keys, text }: { keys: string[]; text: string }) {
  return (
    <Table.Tr>
      <Table.Td w={140}>
        {keys.map((key) => (
          <Kbd key={key} mr={4}>
            {key}
          </Kbd>
        ))}
      </Table.Td>
      <Table.Td>{text}</Table.Td>
    </Table.Tr>
  );
}
