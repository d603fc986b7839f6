import { RiRocketLine } from '@remixicon/react';
import { useParams } from 'react-router-dom';
import { PluginHeader } from '@backstage/ui';
import { formatCanaryRef, type CanaryKey } from '@aviary/plugin-rollouts-common';
import { CanaryView } from '../entity/CanaryView';
import { PluginRoot } from '../parts/PluginRoot';

/** One Canary on a page of its own, for those that the catalogue does not know. */
export function CanaryPage() {
  const { cluster = '', namespace = '', name = '' } = useParams();
  const key: CanaryKey = { cluster, namespace, name };
  return (
    <>
      <PluginHeader
        title={name}
        icon={<RiRocketLine />}
        breadcrumbs={[
          { label: 'Rollouts', href: '/rollouts' },
          { label: name, href: '' },
        ]}
      />
      <PluginRoot isPage>
        <CanaryView key={formatCanaryRef(key)} canaryKey={key} />
      </PluginRoot>
    </>
  );
}
