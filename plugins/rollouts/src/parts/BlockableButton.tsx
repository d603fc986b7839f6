import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button, Tooltip, TooltipTrigger, type ButtonProps } from '@backstage/ui';

/**
 * A button that stays reachable by keyboard while it cannot be used, and then says why in a tooltip.
 * React Aria takes disabled buttons out of the tab order, so the attribute is set by hand.
 */
export function BlockableButton({ blocked, onPress, className, ...props }: ButtonProps & { blocked?: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  const isBlocked = blocked !== undefined;
  useLayoutEffect(() => {
    if (isBlocked) {
      button.current?.setAttribute('aria-disabled', 'true');
    } else {
      button.current?.removeAttribute('aria-disabled');
    }
  }, [isBlocked]);
  return (
    <TooltipTrigger delay={200} isDisabled={!isBlocked}>
      <Button
        ref={button}
        {...props}
        className={`${className ?? ''}${isBlocked ? ' av-blocked' : ''}`}
        onPress={isBlocked ? undefined : onPress}
      />
      <Tooltip className="aviary-overlay">{blocked}</Tooltip>
    </TooltipTrigger>
  );
}
