#include "health.h"

#include <optional>

namespace esphome::gcam {

static constexpr uint64_t COUNT_FOR_US = 2'000'000;

static void add_number(Text &json, const char *name, std::optional<long> number) {
  if (number) {
    json.addf("\"%s\":%ld,", name, *number);
  } else {
    json.addf("\"%s\":null,", name);
  }
}

void Health::loop(uint64_t now_us) {
  const uint64_t elapsed_us = now_us - this->counted_us_;
  if (elapsed_us < COUNT_FOR_US)
    return;
  this->in_ten_s_ = static_cast<uint32_t>((this->frames_.taken() - this->counted_) * 10'000'000ULL / elapsed_us);
  this->counted_ = this->frames_.taken();
  this->counted_us_ = now_us;
}

void add_identity(Text &json, const Setup &setup) {
  json.addf("\"gcam\":1,\"id\":\"%s\",\"name\":", setup.id);
  json.add_json(setup.name);
  json.add(",\"board\":");
  json.add_json(setup.board);
  json.add(",\"version\":");
  json.add_json(setup.version);
}

void Health::write(Text &json, const Setup *who, std::string_view refused) const {
  const Memory memory = board::memory();
  json.add('{');
  add_number(json, "uptime_s", static_cast<long>(board::now_us() / 1'000'000));
  add_number(json, "boots", static_cast<long>(this->starts_.count()));
  json.addf("\"reset\":\"%s\",", this->starts_.reason());
  add_number(json, "rssi_dbm", board::rssi_dbm());
  add_number(json, "heap_free", static_cast<long>(memory.free));
  add_number(json, "heap_largest", static_cast<long>(memory.largest));
  add_number(json, "psram_free", memory.psram_free);
  add_number(json, "clients", this->server_.streams());
  json.addf("\"frames\":{\"taken\":%u,\"sent\":%u,\"skipped\":%u},", static_cast<unsigned>(this->frames_.taken()),
            static_cast<unsigned>(this->frames_.sent), static_cast<unsigned>(this->frames_.skipped));
  json.addf("\"fps\":%u.%u,\"size\":", static_cast<unsigned>(this->in_ten_s_ / 10),
            static_cast<unsigned>(this->in_ten_s_ % 10));
  if (this->frames_.width() != 0) {
    json.addf("\"%ux%u\"", this->frames_.width(), this->frames_.height());
  } else {
    json.add("null");
  }
  json.add(",\"sensor\":");
  if (board::sensor() != nullptr) {
    json.add_json(board::sensor());
  } else {
    json.add("null");
  }
  json.add(",\"controls\":");
  this->controls_.write(json);
  if (who != nullptr) {
    json.add(",\"who\":{");
    add_identity(json, *who);
    json.add('}');
  }
  if (!refused.empty()) {
    json.add(",\"refused\":");
    json.add_json(refused);
  }
  json.add('}');
}

}  // namespace esphome::gcam
