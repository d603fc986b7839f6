import type { ReactNode } from 'react';
import '../styles/tokens.css';
import '../styles/parts.css';
import '../styles/page.css';
import '../styles/entity.css';
import '../styles/noCanary.css';
import '../styles/rail.css';
import '../styles/plots.css';
import '../styles/tables.css';

/**
 * The plugin's own tokens and the container that its breakpoints look at.
 *
 * @param isPage whether it fills a page of its own; a tab lies in a frame that has margins already
 */
export function PluginRoot({ isPage = false, children }: { isPage?: boolean; children: ReactNode }) {
  return (
    <div className={`aviary ${isPage ? 'av-page' : ''}`}>
      <div className="av-stack">{children}</div>
    </div>
  );
}
