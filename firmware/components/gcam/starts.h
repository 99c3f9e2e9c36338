#pragma once

#include "esphome/core/preferences.h"

#include <cstdint>

namespace esphome::gcam {

/// What is remembered of the board's starts.
class Starts {
 public:
  void begin();
  /// It lives long enough: the next start is no short one's.
  void has_lasted();
  /// It starts anew because the camera gives no pictures.
  void end_by_watchdog();

  uint32_t count() const { return this->kept_.count; }
  /// In the contract's words.
  const char *reason() const;
  /// By its switch or its reset button it began three times, each within `SHORT_MS` after the one before: its owner
  /// lost the token. Brownouts and panics don't count, so that a board with a weak supply stays whose it is.
  bool is_third() const { return this->is_third_; }

  static constexpr uint32_t SHORT_MS = 10000;

 protected:
  struct Kept {
    uint32_t count;
    uint8_t in_a_row;
    uint8_t by_watchdog;
  };

  void keep_();

  Kept kept_{};
  ESPPreferenceObject memory_;
  bool is_third_{false};
  bool was_watchdog_{false};
};

}  // namespace esphome::gcam
