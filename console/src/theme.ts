import {
  ActionIcon,
  Badge,
  Button,
  createTheme,
  Drawer,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  Modal,
  Notification,
  parseThemeColor,
  Table,
  Tooltip,
  type VariantColorsResolver,
} from '@mantine/core';

/** A blue-green that keeps 4.5 : 1 on white from shade 7 on, and on dark grounds up to shade 4. */
const ambit: MantineColorsTuple = [
  '#e9f8f8',
  '#d5efef',
  '#a9dfe0',
  '#78cfd1',
  '#4cbcc0',
  '#2ba4a9',
  '#0f7e84',
  '#0b6d73',
  '#09565b',
  '#063f43',
];

/** Names every close button: an icon alone says nothing to a screen reader. */
const closing = { closeButtonProps: { 'aria-label': 'Close' } };
/** The head of a dialog is not the head of the page. */
const attributes = { header: { role: 'presentation' } };

/** Our own pairs of ground and text, which can be read in light and in dark. */
const SOFT: Record<string, [ground: string, text: string]> = {
  green: ['var(--good-ground)', 'var(--good)'],
  red: ['var(--bad-ground)', 'var(--bad)'],
  yellow: ['var(--warn-ground)', 'var(--warn)'],
  blue: ['var(--info-ground)', 'var(--info)'],
  gray: ['var(--line)', 'var(--mantine-color-text)'],
};

/** A soft colour with a shade of its own would be as dark as its text, and without one not dark enough. */
const variantColors: VariantColorsResolver = (given) => {
  const usual = defaultVariantColorsResolver(given);
  const { color, shade } = parseThemeColor({
    color: given.color ?? given.theme.primaryColor,
    theme: given.theme,
  });
  const soft =
    given.variant === 'light' && (shade !== undefined || color !== 'gray') ? SOFT[color] : undefined;
  return soft ? { ...usual, background: soft[0], hover: soft[0], color: soft[1] } : usual;
};

export const theme = createTheme({
  variantColorResolver: variantColors,
  primaryColor: 'ambit',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  colors: { ambit },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '0.78rem', sm: '0.875rem', md: '0.95rem' },
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.2rem' }, h3: { fontSize: '1rem' } },
  },
  components: {
    Modal: Modal.extend({ defaultProps: { ...closing, attributes, radius: 'lg', centered: true } }),
    Drawer: Drawer.extend({ defaultProps: { ...closing, attributes, position: 'right' } }),
    Notification: Notification.extend({ defaultProps: closing }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', tt: 'none', fw: 550 } }),
    Tooltip: Tooltip.extend({
      defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } }),
  },
});
