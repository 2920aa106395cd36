// The page that is saved to a file: first its own host, then the same page as in the editor.
import './page/savedHost';
import './main';
