// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.webui;

import java.util.Optional;
import java.util.function.Function;
import javax.servlet.http.HttpServletRequest;
import org.apache.spark.SparkContext;
import org.apache.spark.ui.JettyUtils;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.WebUITab;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.training.history.FitPage;
import org.sparkstrom.spark.training.history.FitRecorder;
import scala.collection.Iterator;

/**
 * The tab "Sparkstrom" of an application's Spark UI: a list of its fits and a page for each, which
 * follow them live.
 *
 * <p>It is attached once to the UI of an application and ends with it. Its pages have what Spark's
 * own have: filters, access control lists, headers against framing, and paths behind a proxy.
 */
public final class TrainingTab extends SparkUITab {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingTab.class);

  private static final String PREFIX = "sparkstrom";
  private static final String DATA = "/" + PREFIX + "/data";
  private static final String SCRIPT = "/" + PREFIX + "/script";
  private static final String STYLE = "/" + PREFIX + "/style";

  private final FitList fits = new FitList();

  private TrainingTab(SparkUI ui) {
    super(ui, PREFIX);
    attachPage(new TrainingTabPage(this, TrainingTabPage.Kind.LIST));
    attachPage(new TrainingTabPage(this, TrainingTabPage.Kind.FIT));
  }

  /**
   * Shows a fit in the UI of its application. Does nothing where that is disabled, as with {@code
   * spark.ui.enabled=false}; a UI that cannot take the tab is logged, and the fit goes on.
   */
  public static void show(SparkContext context, FitRecorder fit) {
    if (context.ui().isEmpty()) {
      return;
    }
    try {
      of(context.ui().get()).ifPresent(tab -> tab.fits.add(fit));
    } catch (RuntimeException | LinkageError e) { // private code of Spark, which may be another one
      LOG.warn("the fit is not shown in Spark's UI", e);
    }
  }

  private static Optional<TrainingTab> of(SparkUI ui) {
    synchronized (ui) {
      Iterator<WebUITab> tabs = ui.getTabs().iterator();
      while (tabs.hasNext()) {
        WebUITab tab = tabs.next();
        if (tab instanceof TrainingTab ours) {
          return Optional.of(ours);
        }
        if (tab.prefix().equals(PREFIX)) {
          LOG.warn("the fit is not shown in Spark's UI: another class loader has attached its tab");
          return Optional.empty();
        }
      }
      TrainingTab tab = new TrainingTab(ui);
      ui.attachTab(tab);
      serve(ui, DATA, "application/json", request -> tab.data(request.getParameter("id")));
      serve(ui, SCRIPT, "text/javascript", request -> FitPage.script());
      serve(ui, STYLE, "text/css", request -> FitPage.style());
      return Optional.of(tab);
    }
  }

  private String data(String id) {
    return id == null ? fits.toJson() : fits.toJson(id);
  }

  private static void serve(
      SparkUI ui, String path, String type, Function<HttpServletRequest, String> content) {
    JettyUtils.ServletParams<String> servlet =
        new JettyUtils.ServletParams<>(content::apply, type, text -> text);
    ui.attachHandler(JettyUtils.createServletHandler(path, servlet, ui.conf(), ui.basePath()));
  }
}
