import { newestServer } from '../support/vscodeServer';
import { describeInServer } from './describeInServer';

describeInServer(newestServer);
