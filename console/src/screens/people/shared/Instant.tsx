/** An instant or none, as the API writes it. */
import { DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import type { ReactNode } from 'react';

export interface InstantGiven {
  label: string;
  description?: ReactNode;
  value: string | null;
  onChange: (value: string | null) => void;
}

export default function Instant({ value, onChange, ...given }: InstantGiven) {
  return (
    <DateTimePicker
      {...given}
      clearable
      valueFormat="D MMM YYYY HH:mm"
      value={value ? dayjs(value).format('YYYY-MM-DD HH:mm:ss') : null}
      onChange={(chosen) => onChange(chosen ? dayjs(chosen).toISOString() : null)}
    />
  );
}
