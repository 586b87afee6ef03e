// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import java.util.Optional;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** Finds the rule of an updater's configuration. */
final class UpdateRules {

  private UpdateRules() {}

  /** The rule of exactly this class of updater; empty if there is none, as for AdaBelief. */
  static Optional<UpdateRule> of(IUpdater config) {
    Class<?> type = config.getClass(); // a subclass may have another formula
    UpdateRule rule = null;
    if (type == Adam.class) {
      rule = new AdamRule((Adam) config);
    } else if (type == Sgd.class) {
      rule = new SgdRule((Sgd) config);
    } else if (type == Nesterovs.class) {
      rule = new NesterovsRule((Nesterovs) config);
    } else if (type == RmsProp.class) {
      rule = new RmsPropRule((RmsProp) config);
    } else if (type == AdaGrad.class) {
      rule = new AdaGradRule((AdaGrad) config);
    } else if (type == AMSGrad.class) {
      rule = new AmsGradRule((AMSGrad) config);
    } else if (type == Nadam.class) {
      rule = new NadamRule((Nadam) config);
    } else if (type == AdaMax.class) {
      rule = new AdaMaxRule((AdaMax) config);
    } else if (type == AdaDelta.class) {
      rule = new AdaDeltaRule((AdaDelta) config);
    } else if (type == NoOp.class) {
      rule = new NoUpdateRule();
    }
    return Optional.ofNullable(rule);
  }
}
