#pragma once

#include "board.h"
#include "controls.h"
#include "frames.h"
#include "server.h"
#include "starts.h"
#include "text.h"

#include <cstdint>
#include <string_view>

namespace esphome::gcam {

/// Who the board is, as fields of a JSON object.
void add_identity(Text &json, const Setup &setup);

/// How the board is.
class Health {
 public:
  Health(const Frames &frames, const Server &server, const Starts &starts, const Controls &controls)
      : frames_(frames), server_(server), starts_(starts), controls_(controls) {}

  /// Once a loop: counts what the camera gives a second.
  void loop(uint64_t now_us);
  /// `who`: also who it is, for one that was not asked. `refused`: why what was asked for is not so.
  void write(Text &json, const Setup *who = nullptr, std::string_view refused = {}) const;

 protected:
  const Frames &frames_;
  const Server &server_;
  const Starts &starts_;
  const Controls &controls_;
  uint64_t counted_us_{0};
  uint32_t counted_{0};
  /// Pictures in ten seconds.
  uint32_t in_ten_s_{0};
};

}  // namespace esphome::gcam
