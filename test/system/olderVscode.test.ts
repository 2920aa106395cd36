import { oldestServer } from '../support/vscodeServer';
import { describeInServer } from '../vscode/describeInServer';

describeInServer(oldestServer);
