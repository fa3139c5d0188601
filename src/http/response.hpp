// Responses are values that users meet too, so they stand in <partyline/http.hpp>; how they are sent is response_writer's.
#pragma once

#include "http/response_writer.hpp"
