// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.webui;

import javax.servlet.http.HttpServletRequest;
import org.apache.spark.ui.UIUtils;
import org.apache.spark.ui.WebUIPage;
import scala.Option;
import scala.collection.Seq;
import scala.collection.immutable.Nil$;
import scala.xml.Node;
import scala.xml.Unparsed;

/**
 * A page of the tab: Spark's frame around an element that the script of {@link
 * org.sparkstrom.spark.training.history.FitPage} draws into.
 */
final class TrainingTabPage extends WebUIPage {

  /** What a page shows. */
  enum Kind {
    /** All fits. */
    LIST(""),
    /** One fit. */
    FIT("fit");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  private final TrainingTab tab;
  private final Kind kind;

  TrainingTabPage(TrainingTab tab, Kind kind) {
    super(kind.prefix);
    this.tab = tab;
    this.kind = kind;
  }

  @Override
  public Seq<Node> render(HttpServletRequest request) {
    Seq<Node> content = Nil$.MODULE$.<Node>$colon$colon(new Unparsed(content(request)));
    return UIUtils.headerSparkPage(
        request,
        kind == Kind.LIST ? "Trained networks" : "Training",
        () -> content,
        tab,
        Option.empty(),
        false,
        false);
  }

  /** Nothing of it comes from the request but a number. */
  private String content(HttpServletRequest request) {
    String data = path(request, "data");
    if (kind == Kind.FIT) {
      data += "?id=" + number(request.getParameter("id"));
    }
    return """
        <link rel="stylesheet" href="%s"/>
        <div class="sparkstrom" id="sparkstrom" data-url="%s" data-fit="%s"></div>
        <p id="sparkstrom-problem"></p>
        <script src="%s"></script>
        """
        .formatted(path(request, "style"), data, path(request, "fit"), path(request, "script"));
  }

  private String path(HttpServletRequest request, String page) {
    return escape(
        UIUtils.prependBaseUri(request, tab.basePath(), "/" + tab.prefix() + "/" + page + "/"));
  }

  private static int number(String id) {
    if (id == null || !id.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("the id of a fit must be a number; see the list of fits");
    }
    return Integer.parseInt(id);
  }

  private static String escape(String path) {
    return scala.xml.Utility$.MODULE$.escape(path);
  }
}
