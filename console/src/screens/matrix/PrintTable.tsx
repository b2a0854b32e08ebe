/** The whole table for paper: nothing is left out, and the names of roles are repeated on every page. */
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { CellMark } from './CellMark';
import { cellAt, type Line, type Table } from './model';

/** Whether the page is about to be printed. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const paper = window.matchMedia('print');
    // The browser takes the picture right after this, so it has to be there at once.
    const look = () => flushSync(() => setPrinting(paper.matches));
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    paper.addEventListener('change', look);
    window.addEventListener('beforeprint', begin);
    window.addEventListener('afterprint', end);
    return () => {
      paper.removeEventListener('change', look);
      window.removeEventListener('beforeprint', begin);
      window.removeEventListener('afterprint', end);
    };
  }, []);
  return printing;
}

import { deniedOf } from './words';

interface Given {
  table: Table;
  lines: Line[];
}

export function PrintTable(given: Given) {
  return usePrinting() ? <OnPaper {...given} /> : null;
}

function OnPaper({ table, lines }: Given) {
  const { t } = useTranslation('matrix');
  return (
    <table className="matrix-paper">
      <caption>{table.title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('permission')}</th>
          {table.roles.map((role) => (
            <th scope="col" key={role.role} className="paper-role">
              <span>{role.title}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) =>
          line.kind === 'area' ? (
            <tr key={`area ${line.id}`}>
              <th scope="colgroup" colSpan={table.roles.length + 1} className="paper-area">
                {line.title || t('otherArea')}
              </th>
            </tr>
          ) : (
            <tr key={line.permission.permission}>
              <th scope="row">{line.permission.title}</th>
              {table.roles.map((role) => (
                <td key={role.role}>
                  <CellMark
                    outcome={cellAt(table.cells, role.role, line.permission.permission).state}
                    denied={deniedOf(line.permission)}
                  />
                </td>
              ))}
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
