// http_connection.cpp
