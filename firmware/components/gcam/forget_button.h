#pragma once

#include "gcam.h"

#ifdef USE_BUTTON
#include "esphome/components/button/button.h"
#include "esphome/core/helpers.h"

namespace esphome::gcam {

/// For an owner who lost the token.
class ForgetButton final : public button::Button, public Parented<Gcam> {
 protected:
  void press_action() override { this->parent_->forget(); }
};

}  // namespace esphome::gcam
#endif
