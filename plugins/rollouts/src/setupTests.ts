import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Rendering a whole page takes a while on a busy machine.
configure({ asyncUtilTimeout: 5_000 });
jest.setTimeout(30_000);
