// http_host.cpp
