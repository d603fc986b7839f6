import { Box, Skeleton, VisuallyHidden } from '@backstage/ui';

const PLOT_HEIGHTS = [98, 24, 110, 110];

/** The view of a Canary before its first answer: the real heights, so that nothing jumps when it comes. */
export function CanaryLoading() {
  return (
    <>
      <VisuallyHidden role="status">Loading rollouts</VisuallyHidden>
      <Box as="section" bg="neutral" className="av-card" aria-hidden>
        <div className="av-strip">
          <Skeleton width={112} height={24} />
          <Skeleton width={120} height={20} />
          <Skeleton width={110} height={16} />
          <Skeleton width={120} height={16} />
          <span className="av-grow" />
          <Skeleton width={84} height={32} />
          <Skeleton width={32} height={32} />
        </div>
        <div className="av-why">
          <Skeleton width={20} height={20} />
          <Skeleton width="60%" height={18} />
        </div>
        <div className="av-loading-rail">
          {Array.from({ length: 10 }, (_, index) => (
            <Skeleton key={index} width={28} height={28} rounded />
          ))}
        </div>
      </Box>
      <Box as="section" bg="neutral" className="av-card av-loading-plots" aria-hidden>
        <Skeleton width={150} height={18} />
        {PLOT_HEIGHTS.map((height, index) => (
          <Skeleton key={index} height={height} />
        ))}
      </Box>
      <Box as="section" bg="neutral" className="av-card av-loading-rows" aria-hidden>
        <Skeleton width={100} height={18} />
        {Array.from({ length: 5 }, (_, index) => (
          <Skeleton key={index} height={16} width={`${90 - index * 8}%`} />
        ))}
      </Box>
    </>
  );
}
