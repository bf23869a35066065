import { Component } from '@angular/core';

/** Stands behind the time of a version whose commit holds none: copying or restoring a table changes it. */
@Component({
  selector: 'ls-file-time',
  template: `<span
    class="ls-muted ls-small"
    title="The commit holds no time of its own. This is when its file in the log was last modified, which copying or restoring the table changes."
    i18n-title
    i18n
    >(time of the log file)</span
  >`,
})
export class FileTime {}
