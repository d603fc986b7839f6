import { aviary } from './MeasuredSystem';
import { measureSystem } from './measureSystem';
import { formatComparison } from './formatComparison';
measureSystem(aviary, Number(process.argv[2]), (line) => console.log(new Date().toISOString(), line)).then((f) => { console.log(JSON.stringify(f)); console.log(formatComparison([f])); process.exit(0); }, (e) => { console.error(e); process.exit(1); });
