import { Route, Routes } from 'react-router-dom';
import { CanaryPage } from './CanaryPage';
import { RolloutsOverview } from './RolloutsOverview';

/** `/rollouts`: all rollouts, and one Canary where the catalogue has no page for it. */
export function RolloutsPage() {
  return (
    <Routes>
      <Route path="/" element={<RolloutsOverview />} />
      <Route path="/:cluster/:namespace/:name" element={<CanaryPage />} />
    </Routes>
  );
}
